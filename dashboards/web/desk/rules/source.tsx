/** Where other rules come from: a pack in force, files, what is pasted, or a set of before. */
import { type ReactElement, useId, useState } from "react";
import { useWords } from "../../shared/i18n.ts";
import { useDesk } from "../acts.ts";
import { toRefusal } from "../refusal.ts";
import { draft } from "./draft.ts";
import { type RuleFile, readPack, type Source, useRulePages } from "./use-rules.ts";
import type { RulesWord } from "./words/zh.ts";

/** Larger ones go by the command line. */
const mostBytes = 1 << 20;

export function SourceFields({ source }: { readonly source: Source | null }): ReactElement {
  const { t } = useWords<RulesWord>();
  if (source && !("texts" in source)) {
    return (
      <p className="rules-note">
        {"house" in source
          ? t("rules.source.house")
          : t("rules.source.adopted", { hash: source.adopted.slice(0, 8) })}{" "}
        <button type="button" className="link-button" onClick={() => draft.begin({})}>
          {t("rules.start-over")}
        </button>
      </p>
    );
  }
  return <Files files={source?.texts ?? []} />;
}

function Files({ files }: { readonly files: readonly RuleFile[] }): ReactElement {
  const { t } = useWords<RulesWord>();
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const put = (next: readonly RuleFile[]): void =>
    draft.source(next.length === 0 ? null : { texts: next });
  /** A file takes the place of the one of its name. */
  const add = (more: readonly RuleFile[]): void => {
    const names = new Set(more.map(({ name }) => name));
    put([...files.filter(({ name }) => !names.has(name)), ...more]);
  };
  const upload = async (list: FileList | null): Promise<void> => {
    const chosen = [...(list ?? [])];
    const large = chosen.find(({ size }) => size > mostBytes);
    setTooLarge(large?.name ?? null);
    if (large) return;
    add(await Promise.all(chosen.map(async (one) => ({ name: one.name, text: await one.text() }))));
  };
  return (
    <section className="rules-source">
      <div className="rules-search">
        <PackInForce onFile={(file) => add([file])} />
        <label className="button">
          {t("rules.upload")}
          <input
            className="visually-hidden"
            type="file"
            multiple
            accept=".yaml,.yml"
            onChange={(event) => {
              void upload(event.target.files);
              event.target.value = "";
            }}
          />
        </label>
        <button
          type="button"
          className="button"
          onClick={() => add([{ name: `rules-${files.length + 1}.yaml`, text: "" }])}
        >
          {t("rules.paste")}
        </button>
      </div>
      {tooLarge !== null && (
        <p className="problem">{t("rules.file-too-large", { name: tooLarge })}</p>
      )}
      {files.length === 0 && <p className="muted">{t("rules.nothing-chosen")}</p>}
      {files.map((file) => (
        <OneFile
          key={file.name}
          file={file}
          onText={(text) =>
            put(files.map((one) => (one.name === file.name ? { ...one, text } : one)))
          }
          onRemove={() => put(files.filter(({ name }) => name !== file.name))}
        />
      ))}
    </section>
  );
}

type PackProps = { readonly onFile: (file: RuleFile) => void };

function PackInForce({ onFile }: PackProps): ReactElement {
  const { t } = useWords<RulesWord>();
  const { refuse } = useDesk();
  const pages = useRulePages("", "");
  const rules = pages.data?.pages.flatMap((page) => page.rules) ?? [];
  const sites = rules.flatMap((rule) => rule.sites.map(({ site }) => `site:${site}`));
  const packs = [...new Set([...rules.map(({ pack }) => pack), ...sites])];
  const begin = async (pack: string): Promise<void> => {
    try {
      onFile(await readPack(pack));
    } catch (error) {
      refuse(toRefusal(error));
    }
  };
  return (
    <label>
      {t("rules.start-from")}
      <select value="" onChange={(event) => void begin(event.target.value)}>
        <option value="" disabled>
          {t("rules.choose-pack")}
        </option>
        {packs.map((pack) => (
          <option key={pack}>{pack}</option>
        ))}
      </select>
    </label>
  );
}

type FileProps = {
  readonly file: RuleFile;
  readonly onText: (text: string) => void;
  readonly onRemove: () => void;
};

function OneFile({ file, onText, onRemove }: FileProps): ReactElement {
  const { t } = useWords<RulesWord>();
  const id = useId();
  return (
    <div className="rules-file">
      <label htmlFor={id}>{file.name}</label>
      <button type="button" className="link-button" onClick={onRemove}>
        {t("rules.remove", { name: file.name })}
      </button>
      <textarea
        id={id}
        data-file={file.name}
        spellCheck={false}
        value={file.text}
        onChange={(event) => onText(event.target.value)}
      />
    </div>
  );
}
