/** A question that covers the page from below, within reach of the thumb; Escape goes back. */
import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";
import { usePhoneWords } from "./words.ts";

type Props = {
  readonly title: string;
  readonly onBack: () => void;
  readonly children: ReactNode;
};

export function Sheet({ title, onBack, children }: Props): ReactElement {
  const { t } = usePhoneWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby={titleId} onCancel={onBack}>
      <h2 id={titleId}>{title}</h2>
      {children}
      <button type="button" className="button quiet" onClick={onBack}>
        {t("dialog.back")}
      </button>
    </dialog>
  );
}
