/** Which site: for people of the whole district. */
import { type ReactElement, useEffect, useState } from "react";
import type { Text } from "#rules/inventory.ts";
import { getJson } from "../../shared/api.ts";
import { failureText } from "../words.ts";
import { useHotWords } from "./words.ts";

type Props = { readonly onChoose: (site: string) => void; readonly onBack: () => void };
type Found = { readonly sites: readonly { readonly id: string; readonly name: Text }[] };

export function SitePicker({ onChoose, onBack }: Props): ReactElement {
  const words = useHotWords();
  const { t, text } = words;
  const [search, setSearch] = useState("");
  const [found, setFound] = useState<Found["sites"]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    const q = search.trim();
    const query = q === "" ? "" : `&q=${encodeURIComponent(q)}`;
    // A person types faster than a register of 180,000 sites is searched.
    const timer = setTimeout(() => {
      getJson<Found>(`/api/v1/sites?limit=50${query}`).then(({ sites }) => {
        setFound(sites);
        setFailure(null);
      }, setFailure);
    }, 250);
    return () => clearTimeout(timer);
  }, [search]);
  return (
    <main className="page">
      <header className="bar">
        <h1>{t("hw.choose-site")}</h1>
      </header>
      <label className="search">
        <span className="visually-hidden">{t("hw.choose-site")}</span>
        <input type="search" value={search} onChange={(event) => setSearch(event.target.value)} />
      </label>
      {failure !== null && <p className="failure">{failureText(words, failure)}</p>}
      <ul className="choices">
        {found.map(({ id, name }) => (
          <li key={id}>
            <button type="button" className="choice" data-site={id} onClick={() => onChoose(id)}>
              <strong>{text(name)}</strong>
              <span className="muted">{id}</span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="button quiet" onClick={onBack}>
        {t("dialog.back")}
      </button>
    </main>
  );
}
