/** 请求增援: asked for from the spot, twice pressed, for another crew drives on it. */
import { type ReactElement, useEffect, useState } from "react";
import type { OrderRow } from "#gateway/api/contract.ts";
import { askForMore } from "./use-station.ts";
import { failureText, usePhoneWords } from "./words.ts";

/** States in which somebody is there, or nearly so. */
const onTheWay: ReadonlySet<string> = new Set(["turned-out", "on-scene", "controlled"]);
const armedForMs = 4000;

export function Reinforce({ order }: { readonly order: OrderRow }): ReactElement | null {
  const words = usePhoneWords();
  const { t } = words;
  const [step, setStep] = useState<"idle" | "armed" | "sending" | "asked">("idle");
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (step !== "armed") return;
    const timer = setTimeout(() => setStep("idle"), armedForMs);
    return () => clearTimeout(timer);
  }, [step]);
  if (order.kind === "notify" || !onTheWay.has(order.state)) return null;
  const press = async (): Promise<void> => {
    if (step !== "armed") return setStep("armed");
    setStep("sending");
    try {
      await askForMore(order.id);
      setFailure(null);
      setStep("asked");
    } catch (error) {
      setFailure(error);
      setStep("idle");
    }
  };
  return (
    <div className="answers">
      {failure !== null && (
        <p className="failure" role="alert">
          {t("station.unsent")} {failureText(words, failure)}
        </p>
      )}
      {step === "asked" && <p className="hint">{t("reinforce.asked")}</p>}
      <button
        type="button"
        className="button answer"
        data-does="reinforce"
        disabled={step === "sending"}
        onClick={() => void press()}
      >
        {t(step === "armed" ? "reinforce.again" : "reinforce.button")}
      </button>
    </div>
  );
}
