/** The four steps of a report: where, what and when, who, and what stands ready. */
import type { ReactElement } from "react";
import { tools as toolCodes } from "#rules/hot-work/choices.ts";
import { needsGasTest } from "#rules/hot-work/class.ts";
import { hotWorkClasses, workKinds, workObjects } from "#rules/hot-work/permit.ts";
import { Chips, Field, PhotoInput, Stepper } from "./fields.tsx";
import { classIn, fromInput, toInput } from "./form.ts";
import type { StepProps } from "./form-page.tsx";
import { toDataUrl } from "./photo.ts";
import { PositionInput } from "./position.tsx";
import { codeWord, useHotWords } from "./words.ts";

const hour = 3_600_000;
const lengths = [1, 2, 4, 8];

export function PlaceStep({ draft, form, faults, put }: StepProps): ReactElement {
  const { t, text } = useHotWords();
  const photo = draft.picture ?? (draft.photo === null ? null : `/api/v1/photos/${draft.photo}`);
  return (
    <div className="form">
      <p className="lead">{text(form.site.name)}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.outdoors}
          onChange={(event) => put({ outdoors: event.target.checked })}
        />
        <span>{t("hw.field.outdoors")}</span>
      </label>
      <Field label={t("hw.field.zone")} name="zone" fault={faults.zone}>
        <select value={draft.zone} onChange={(event) => put({ zone: event.target.value })}>
          <option value="">
            {t(draft.outdoors ? "hw.field.zone-none" : "hw.field.zone-choose")}
          </option>
          {form.zones.map(({ id, name }) => (
            <option key={id} value={id}>
              {text(name)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t("hw.field.floor")} name="floor" fault={faults.floor}>
        <input
          value={draft.floor}
          onChange={(event) => put({ floor: event.target.value.trim().toUpperCase() })}
        />
      </Field>
      <Field label={t("hw.field.spot")} name="spot" fault={faults.spot}>
        <PositionInput
          form={form}
          zone={draft.zone}
          spot={draft.spot}
          onSpot={(spot) => put({ spot })}
        />
      </Field>
      <Field label={t("hw.field.photo")} name="photo" fault={faults.photo}>
        <PhotoInput
          shown={photo}
          onPhoto={async (blob) => put({ picture: await toDataUrl(blob), photo: null })}
        />
      </Field>
    </div>
  );
}

export function WorkStep({ draft, form, faults, put }: StepProps): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const { utcOffsetMin } = form.settings;
  const choice = (set: string) => (value: string) => ({
    value,
    label: codeWord(words, set, value),
  });
  const toggle = (tool: string) =>
    draft.tools.includes(tool) ? draft.tools.filter((one) => one !== tool) : [...draft.tools, tool];
  const start = (startsAt: number): void =>
    put({ startsAt, endsAt: startsAt + (draft.endsAt - draft.startsAt) });
  return (
    <div className="form">
      <Field label={t("hot-work.kind")} name="kind">
        <Chips
          label={t("hot-work.kind")}
          choices={workKinds.map(choice("kind"))}
          value={[draft.kind]}
          onChange={(kind) => put({ kind: kind as typeof draft.kind })}
        />
      </Field>
      <Field label={t("hot-work.object")} name="object">
        <Chips
          label={t("hot-work.object")}
          choices={workObjects.map(choice("object"))}
          value={[draft.object]}
          onChange={(object) => put({ object: object as typeof draft.object })}
        />
      </Field>
      <Field label={t("hw.field.starts")} name="startsAt" fault={faults.startsAt}>
        <input
          type="datetime-local"
          value={toInput(draft.startsAt, utcOffsetMin)}
          onChange={(event) => start(fromInput(event.target.value, utcOffsetMin) ?? draft.startsAt)}
        />
      </Field>
      <Field label={t("hw.field.ends")} name="endsAt" fault={faults.endsAt}>
        <input
          type="datetime-local"
          value={toInput(draft.endsAt, utcOffsetMin)}
          onChange={(event) =>
            put({ endsAt: fromInput(event.target.value, utcOffsetMin) ?? draft.endsAt })
          }
        />
        <Chips
          label={t("hw.field.ends")}
          choices={lengths.map((h) => ({ value: String(h), label: t("hw.hours", { hours: h }) }))}
          value={[String((draft.endsAt - draft.startsAt) / hour)]}
          onChange={(h) => put({ endsAt: draft.startsAt + Number(h) * hour })}
        />
      </Field>
      <Field label={t("hw.field.class")} name="class">
        <Chips
          label={t("hw.field.class")}
          choices={hotWorkClasses.map(choice("class"))}
          value={[draft.class]}
          onChange={(of) => put({ class: of as typeof draft.class })}
        />
        <ClassInForce draft={draft} form={form} />
      </Field>
      <Field label={t("hw.field.tools")} name="tools">
        <Chips
          label={t("hw.field.tools")}
          choices={toolCodes.map(choice("tool"))}
          value={draft.tools}
          onChange={(tool) => put({ tools: toggle(tool) })}
        />
      </Field>
      <Field label={t("hw.field.chip")} name="chip">
        <input value={draft.chip} onChange={(event) => put({ chip: event.target.value.trim() })} />
      </Field>
    </div>
  );
}

/** By the very function that the gateway goes by; it judges again when the report arrives. */
function ClassInForce({ draft, form }: Pick<StepProps, "draft" | "form">): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const of = classIn(draft, form);
  const { longestMs, approvers } = form.settings.hotWork;
  const zone = form.zones.find(({ id }) => id === draft.zone);
  const needsGas = needsGasTest(draft, zone as Parameters<typeof needsGasTest>[1]);
  return (
    <div className="sent" data-class={of}>
      <p className="strong">{t("hw.class-in-force", { class: codeWord(words, "class", of) })}</p>
      {of !== draft.class && <p className="small">{t("hw.class-raised")}</p>}
      <p className="small">
        {t("hw.class-allows", {
          hours: longestMs[of] / hour,
          approvers: approvers[of].map((as) => codeWord(words, "capacity", as)).join("、"),
        })}
      </p>
      {needsGas && <p className="small strong">{t("hw.gas-hint")}</p>}
    </div>
  );
}

export function PeopleStep({ draft, form, faults, put }: StepProps): ReactElement {
  const { t } = useHotWords();
  const line = (
    key: "firm" | "contractor" | "workerName" | "workerPhone" | "certificate",
    label: string,
    more: { readonly inputMode?: "tel"; readonly upper?: true } = {},
  ): ReactElement => (
    <Field label={label} name={key} fault={faults[key]}>
      <input
        value={draft[key]}
        inputMode={more.inputMode}
        autoCapitalize="off"
        autoComplete="off"
        onChange={({ target: { value } }) =>
          put({ [key]: more.upper ? value.trim().toUpperCase() : value })
        }
      />
    </Field>
  );
  return (
    <div className="form">
      {line("firm", t("hw.field.firm"), { upper: true })}
      {line("contractor", t("hw.field.contractor"), { upper: true })}
      {draft.workerId === null ? (
        <>
          {line("workerName", t("hw.field.worker"))}
          {line("workerPhone", t("hw.field.worker-phone"), { inputMode: "tel" })}
          {line("certificate", t("hw.field.certificate"))}
        </>
      ) : (
        <Field label={t("hw.field.worker")} name="workerName" fault={faults.workerName}>
          <div className="pair">
            <span className="lead">{draft.workerName}</span>
            <button
              type="button"
              className="button"
              onClick={() => put({ workerId: null, workerName: "", certificateUntil: "" })}
            >
              {t("hw.field.another-worker")}
            </button>
          </div>
        </Field>
      )}
      <Field
        label={t("hw.field.certificate-until")}
        name="certificateUntil"
        fault={faults.certificateUntil}
      >
        <input
          type="date"
          value={draft.certificateUntil}
          onChange={(event) => put({ certificateUntil: event.target.value })}
        />
      </Field>
      <Field label={t("hot-work.watcher")} name="watcher" fault={faults.watcher}>
        {form.watchers.length === 0 && <p className="failure small">{t("hw.no-watcher")}</p>}
        <select value={draft.watcher} onChange={(event) => put({ watcher: event.target.value })}>
          <option value="" />
          {form.watchers.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}

export function MeasuresStep({ draft, form, faults, put }: StepProps): ReactElement {
  const { t, text } = useHotWords();
  const near = form.detectors.filter(({ zone }) => draft.zone === "" || zone === draft.zone);
  const toggle = (device: string) =>
    draft.isolations.includes(device)
      ? draft.isolations.filter((one) => one !== device)
      : [...draft.isolations, device];
  return (
    <div className="form">
      <Field
        label={t("hw.field.combustibles")}
        name="combustiblesCleared"
        fault={faults.combustiblesCleared}
      >
        <label className="check">
          <input
            type="checkbox"
            checked={draft.combustiblesCleared}
            onChange={(event) => put({ combustiblesCleared: event.target.checked })}
          />
          <span>{t("hw.field.combustibles")}</span>
        </label>
      </Field>
      <Field label={t("hw.field.extinguishers")} name="extinguishers" fault={faults.extinguishers}>
        <Stepper
          label={t("hw.field.extinguishers")}
          value={draft.extinguishers}
          most={50}
          onChange={(extinguishers) => put({ extinguishers })}
        />
      </Field>
      {near.length > 0 && (
        <Field
          label={t("hw.field.isolations")}
          name="isolations"
          fault={faults.isolations}
          hint={t("hw.field.isolations-hint")}
        >
          <Chips
            label={t("hw.field.isolations")}
            choices={near.slice(0, 30).map(({ id, place }) => ({
              value: id,
              label: place ? `${id} ${text(place)}` : id,
            }))}
            value={draft.isolations}
            onChange={(device) => put({ isolations: toggle(device) })}
          />
        </Field>
      )}
    </div>
  );
}
