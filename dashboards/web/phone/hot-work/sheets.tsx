/** What an act asks before it goes out: a capacity, a reason, a photo, a time, a name, a code. */
import { type ReactElement, useState } from "react";
import type { PermitAct } from "#gateway/api/hot-work-contract.ts";
import * as choices from "#rules/hot-work/choices.ts";
import { capacities } from "#rules/hot-work/permit.ts";
import { Sheet } from "../sheet.tsx";
import { photoEarlyMs } from "./acts.ts";
import { Chips, Field, PhotoInput, Stepper } from "./fields.tsx";
import { fromInput, toInput } from "./form.ts";
import { GasForm } from "./gas-form.tsx";
import { partiesLeft, Send, type SheetProps } from "./sheet-parts.tsx";
import { SignForm } from "./sign-form.tsx";
import { type ActBody, type Acting, sendPhoto } from "./use-permits.ts";
import { actFailure, codeWord, useHotWords } from "./words.ts";

type Body = (props: SheetProps) => ReactElement;

const sheets: Readonly<Partial<Record<PermitAct, Body>>> = {
  "cancel-permit": reasonSheet("cancel-permit", choices.cancelReasons),
  "refuse-permit": reasonSheet("refuse-permit", choices.refuseReasons),
  "stop-work": reasonSheet("stop-work", choices.stopReasons),
  "waive-gas-test": reasonSheet("waive-gas-test", choices.gasWaiverReasons),
  "approve-permit": ApproveForm,
  "sign-inspection": SignForm,
  "waive-party": WaiveForm,
  "check-by-video": VideoForm,
  "reschedule-permit": TimesForm,
  "extend-permit": UntilForm,
  "note-gas-test": GasForm,
  "declare-place": DeclareForm,
  "note-wind": WindForm,
  "check-in": CodeForm,
  "hand-over-watch": HandOverForm,
  "take-final-photo": FinalForm,
};

/** Whether an act is sent by the press alone. */
export function isAtOnce(act: PermitAct): boolean {
  return sheets[act] === undefined;
}

type ActSheetProps = Omit<SheetProps, "onSend"> & {
  readonly act: PermitAct;
  readonly acting: Acting;
  readonly onBack: () => void;
};

export function ActSheet({ act, acting, onBack, ...of }: ActSheetProps): ReactElement {
  const words = useHotWords();
  const Body = sheets[act];
  const send = async (body: ActBody): Promise<void> => {
    if (await acting.send(body)) onBack();
  };
  return (
    <Sheet title={codeWord(words, "act", act)} onBack={onBack}>
      {Body && <Body {...of} onSend={(body) => void send(body)} />}
      {acting.failure && (
        <p className="failure" role="alert" data-failure={act}>
          {actFailure(words, acting.failure.error)}
        </p>
      )}
    </Sheet>
  );
}

function Buttons({
  set,
  codes,
  onChoose,
}: {
  readonly set: string;
  readonly codes: readonly string[];
  readonly onChoose: (code: string) => void;
}): ReactElement {
  const words = useHotWords();
  return (
    <>
      {codes.map((code) => (
        <button
          key={code}
          type="button"
          className="button answer"
          data-choice={code}
          onClick={() => onChoose(code)}
        >
          {codeWord(words, set, code)}
        </button>
      ))}
    </>
  );
}

function reasonSheet(command: PermitAct, reasons: readonly string[]): Body {
  return function ReasonForm({ onSend }) {
    return (
      <Buttons set="reason" codes={reasons} onChoose={(reason) => onSend({ command, reason })} />
    );
  };
}

function ApproveForm({ permit, form, onSend }: SheetProps): ReactElement {
  const { t } = useHotWords();
  const allowed = form?.settings.hotWork.approvers[permit.class] ?? capacities;
  return (
    <>
      <p className="muted">{t("hw.as")}</p>
      <Buttons
        set="capacity"
        codes={allowed}
        onChoose={(as) => onSend({ command: "approve-permit", as })}
      />
      <p className="muted small">{t("hw.capacity-hint")}</p>
    </>
  );
}

function WaiveForm({ permit, onSend }: SheetProps): ReactElement {
  const words = useHotWords();
  const left = partiesLeft(permit);
  const [party, setParty] = useState(left[0] ?? "");
  return (
    <>
      <Chips
        label={words.t("hw.party")}
        choices={left.map((one) => ({ value: one, label: codeWord(words, "party", one) }))}
        value={[party]}
        onChange={setParty}
      />
      <Buttons
        set="reason"
        codes={choices.waiveReasons}
        onChoose={(reason) => onSend({ command: "waive-party", party, reason })}
      />
    </>
  );
}

function VideoForm({ permit, onSend }: SheetProps): ReactElement {
  const words = useHotWords();
  const [photo, setPhoto] = useState<string | null>(null);
  const say = (pass: boolean) => () => onSend({ command: "check-by-video", pass, photo });
  return (
    <>
      <PhotoInput onPhoto={async (blob) => setPhoto(await sendPhoto(permit.report.site, blob))} />
      <div className="pair">
        <button type="button" className="button primary" disabled={!photo} onClick={say(true)}>
          {codeWord(words, "result", "pass")}
        </button>
        <button type="button" className="button" disabled={!photo} onClick={say(false)}>
          {codeWord(words, "result", "fail")}
        </button>
      </div>
    </>
  );
}

function TimesForm({ permit, utcOffsetMin, onSend }: SheetProps): ReactElement {
  const { t } = useHotWords();
  const [times, setTimes] = useState({
    startsAt: permit.report.startsAt,
    endsAt: permit.report.endsAt,
  });
  const line = (key: "startsAt" | "endsAt", label: string): ReactElement => (
    <Field label={label} name={key}>
      <input
        type="datetime-local"
        value={toInput(times[key], utcOffsetMin)}
        onChange={({ target: { value } }) =>
          setTimes({ ...times, [key]: fromInput(value, utcOffsetMin) ?? times[key] })
        }
      />
    </Field>
  );
  return (
    <>
      {line("startsAt", t("hw.field.starts"))}
      {line("endsAt", t("hw.field.ends"))}
      <Send onSend={() => onSend({ command: "reschedule-permit", ...times })} />
    </>
  );
}

function UntilForm({ permit, utcOffsetMin, onSend }: SheetProps): ReactElement {
  const { t } = useHotWords();
  const [endsAt, setEndsAt] = useState(permit.report.endsAt + 3_600_000);
  return (
    <>
      <Field label={t("hw.until")} name="endsAt" hint={t("hw.until-hint")}>
        <input
          type="datetime-local"
          value={toInput(endsAt, utcOffsetMin)}
          onChange={({ target: { value } }) => setEndsAt(fromInput(value, utcOffsetMin) ?? endsAt)}
        />
      </Field>
      <Send onSend={() => onSend({ command: "extend-permit", endsAt })} />
    </>
  );
}

function DeclareForm({ permit, onSend }: SheetProps): ReactElement {
  const words = useHotWords();
  const [what, setWhat] = useState(
    permit.missing.includes("goods-inside") ? "empty" : "dust-cleared",
  );
  const [photo, setPhoto] = useState<string | null>(null);
  return (
    <>
      <Chips
        label={words.t("hot-work.act.declare-place")}
        choices={["empty", "dust-cleared"].map((one) => ({
          value: one,
          label: codeWord(words, "act", `declare-${one}`),
        }))}
        value={[what]}
        onChange={setWhat}
      />
      <PhotoInput onPhoto={async (blob) => setPhoto(await sendPhoto(permit.report.site, blob))} />
      <Send
        disabled={photo === null}
        onSend={() => onSend({ command: "declare-place", what, photo })}
      />
    </>
  );
}

function FinalForm({ permit, now, onSend }: SheetProps): ReactElement {
  const { t } = useHotWords();
  const [photo, setPhoto] = useState<string | null>(null);
  const early = permit.watch.until !== null && now < permit.watch.until - photoEarlyMs;
  return (
    <>
      {early && <p className="muted">{t("hw.final-early")}</p>}
      <PhotoInput onPhoto={async (blob) => setPhoto(await sendPhoto(permit.report.site, blob))} />
      <Send
        disabled={photo === null}
        onSend={() => onSend({ command: "take-final-photo", photo })}
      />
    </>
  );
}

function WindForm({ form, onSend }: SheetProps): ReactElement {
  const { t } = useHotWords();
  const [beaufort, setBeaufort] = useState(2);
  const limit = form?.settings.hotWork.windBeaufort ?? 5;
  return (
    <>
      <Field label={t("hw.wind")} name="wind" hint={t("hw.wind-hint", { beaufort: limit })}>
        <Stepper label={t("hw.wind")} value={beaufort} most={12} onChange={setBeaufort} />
      </Field>
      <Send onSend={() => onSend({ command: "note-wind", beaufort })} />
    </>
  );
}

/** By hand where the camera does not read the QR. */
function CodeForm({ onSend }: SheetProps): ReactElement {
  const { t } = useHotWords();
  const [code, setCode] = useState("");
  return (
    <>
      <Field label={t("hw.code")} name="code" hint={t("hw.code-hint")}>
        <input
          value={code}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          onChange={(event) => setCode(event.target.value.trim())}
        />
      </Field>
      <Send disabled={code === ""} onSend={() => onSend({ command: "check-in", code })} />
    </>
  );
}

function HandOverForm({ permit, form, onSend }: SheetProps): ReactElement {
  const { t } = useHotWords();
  const from = permit.report.watcher.id;
  const others = (form?.watchers ?? []).filter(({ id }) => id !== from);
  return (
    <>
      <p className="muted">{t("hw.to")}</p>
      {others.length === 0 && <p className="failure">{t("hw.no-watcher")}</p>}
      {others.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="button answer"
          data-choice={id}
          onClick={() => onSend({ command: "hand-over-watch", from, to: id })}
        >
          {permit.report.watcher.name ?? from} → {name}
        </button>
      ))}
      <p className="muted small">{t("hw.to-hint")}</p>
    </>
  );
}
