/** What every page beside the list has: a section that takes the keys that scroll at once, and the way back. */
import {
  type KeyboardEventHandler,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
} from "react";
import { useWords } from "../shared/i18n.ts";
import type { DeviceWord } from "./device/words/zh.ts";
import { KeyCap } from "./parts.tsx";

type Props = {
  /** What a screen reader says. */
  readonly label: string;
  /** Of its own sheet, beside that of all pages. */
  readonly className?: string;
  readonly onKeyDown?: KeyboardEventHandler<HTMLElement>;
  readonly children: ReactNode;
};

export function PageShell({ label, className = "", onKeyDown, children }: Props): ReactElement {
  const page = useRef<HTMLElement>(null);
  useEffect(() => {
    // A field of the page that has taken it keeps it.
    if (!page.current?.contains(document.activeElement)) {
      page.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <section
      className={`device ${className}`}
      aria-label={label}
      ref={page}
      tabIndex={-1}
      {...(onKeyDown && { onKeyDown })}
    >
      {children}
    </section>
  );
}

export function BackButton({ onBack }: { readonly onBack: () => void }): ReactElement {
  const { t } = useWords<DeviceWord>();
  return (
    <button type="button" className="button no-print" onClick={onBack}>
      {t("device.back")} <KeyCap does="back" />
    </button>
  );
}
