/** Who acts, and the ways out: the end of every page of somebody who has signed in, and what stands when that is over. */
import type { ReactElement, ReactNode } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import { SettingsBar } from "./settings.tsx";
import { usePhoneWords } from "./words.ts";

type Props = {
  readonly session: SessionView;
  readonly onLeave: () => void;
  /** Another site or station of the same person; null where there is none. */
  readonly onOther: (() => void) | null;
  readonly otherLabel: string;
  readonly children?: ReactNode;
};

export function Account(props: Props): ReactElement {
  const { session, onLeave, onOther, otherLabel, children } = props;
  const { t } = usePhoneWords();
  return (
    <>
      <SettingsBar />
      <div className="settings">
        {onOther && (
          <button type="button" className="button" onClick={onOther}>
            {otherLabel}
          </button>
        )}
        <button type="button" className="button" onClick={onLeave}>
          {t("sign-out")}
        </button>
      </div>
      <p className="muted small">
        {t("session.acting", { name: session.acting.name })}
        {children}
      </p>
    </>
  );
}

export function SignedOut({ onSignIn }: { readonly onSignIn: () => void }): ReactElement {
  const { t } = usePhoneWords();
  return (
    <main className="page centred">
      <p className="lead">{t("problem.unauthorized")}</p>
      <button type="button" className="button primary" onClick={onSignIn}>
        {t("sign-in.title")}
      </button>
    </main>
  );
}
