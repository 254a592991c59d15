/** 现场检查, one party: 合格 or 不合格, where it was looked at, and a photo. The station never approves. */
import { type ReactElement, useState } from "react";
import { Chips, Field, PhotoInput } from "./fields.tsx";
import type { Spot } from "./form.ts";
import { PositionInput } from "./position.tsx";
import { partiesLeft, type SheetProps } from "./sheet-parts.tsx";
import { sendPhoto } from "./use-permits.ts";
import { codeWord, useHotWords } from "./words.ts";

const ofTheFirm: readonly string[] = ["firm-safety-officer", "firm-brigade"];

/** The firm signs for the firm, officials for officials (gateway/identity/may.ts). */
function maySignFor(role: string, party: string): boolean {
  return role === "admin" || (role === "park") === ofTheFirm.includes(party);
}

export function SignForm({ permit, form, role, onSend }: SheetProps): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const left = partiesLeft(permit).filter((party) => maySignFor(role, party));
  const own = role === "station" ? "government-firefighters" : (left[0] ?? "");
  const [party, setParty] = useState(left.includes(own) ? own : (left[0] ?? ""));
  const [spot, setSpot] = useState<Spot | null>(null);
  const [photo, setPhoto] = useState<string | null>(null);
  const isWhole = party !== "" && spot !== null && photo !== null;
  const say = (pass: boolean) => () => {
    if (!isWhole) return;
    const { lng, lat, datum } = spot;
    onSend({ command: "sign-inspection", party, pass, position: { lng, lat, datum }, photo });
  };
  const m = form?.settings.hotWork.signNearM ?? 200;
  return (
    <>
      <Field label={t("hw.party")} name="party">
        <Chips
          label={t("hw.party")}
          choices={left.map((one) => ({ value: one, label: codeWord(words, "party", one) }))}
          value={[party]}
          onChange={setParty}
        />
      </Field>
      <Field label={t("hw.sign-position")} name="spot" hint={t("hw.sign-hint", { m })}>
        <PositionInput form={null} zone="" spot={spot} onSpot={setSpot} />
      </Field>
      <Field label={t("hw.field.photo")} name="photo">
        <PhotoInput onPhoto={async (blob) => setPhoto(await sendPhoto(permit.report.site, blob))} />
      </Field>
      <div className="pair">
        <button
          type="button"
          className="button answer primary"
          data-does="pass"
          disabled={!isWhole}
          onClick={say(true)}
        >
          {t("hot-work.result.pass")}
        </button>
        <button
          type="button"
          className="button answer"
          data-does="fail"
          disabled={!isWhole}
          onClick={say(false)}
        >
          {t("hot-work.result.fail")}
        </button>
      </div>
    </>
  );
}
