/**
 * Servers whose certificate nobody has trusted yet: who compares the thumbprint with the one that the
 * server shows on its own screen may trust it here. Never asked for in passing: two presses.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { CertificatesView } from "#gateway/api/contract.ts";
import { getJson, postJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { useDesk } from "../acts.ts";
import { toRefusal } from "../refusal.ts";
import type { DeviceWord } from "./words/zh.ts";

const path = "/api/v1/opcua/certificates";

/** As people compare it: four digits at a time. */
const inFours = (thumbprint: string): string => thumbprint.replace(/.{4}(?=.)/g, "$& ");

export function Untrusted(): ReactElement | null {
  const { t } = useWords<DeviceWord>();
  const { refuse } = useDesk();
  const queries = useQueryClient();
  const [armed, arm] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ["certificates"],
    queryFn: ({ signal }) => getJson<CertificatesView>(path, signal),
    refetchInterval: 5000,
  });
  if (!data || data.rejected.length === 0) return null;
  const trust = async (thumbprint: string): Promise<void> => {
    if (armed !== thumbprint) return arm(thumbprint);
    arm(null);
    try {
      await postJson(`${path}/${thumbprint}/trust`, {});
    } catch (error) {
      refuse(toRefusal(error));
    }
    await queries.invalidateQueries({ queryKey: ["certificates"] });
  };
  return (
    <section className="device-note" aria-label={t("certificate.title")}>
      <strong>{t("certificate.title")}</strong>
      <p className="muted">{t("certificate.hint")}</p>
      <ul>
        {data.rejected.map(({ thumbprint, subject, validTo, shownBy }) => (
          <li key={thumbprint}>
            {shownBy && <strong>{shownBy.endpoint}</strong>} <code>{inFours(thumbprint)}</code>{" "}
            {subject} {t("certificate.until", { at: validTo.slice(0, 10) })}{" "}
            <button type="button" className="button" onClick={() => void trust(thumbprint)}>
              {t(armed === thumbprint ? "certificate.again" : "certificate.trust")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
