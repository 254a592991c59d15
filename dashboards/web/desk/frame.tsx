/** The frame of every dialog: a title, what it asks, and one button that says what it does. */
import { Button, Modal } from "antd";
import { type FormEvent, type ReactElement, type ReactNode, useState } from "react";
import { useWords } from "../shared/i18n.ts";
import { type Command, type Outcome, type Signed, useDesk } from "./acts.ts";
import { type Refusal, refusalLines } from "./refusal.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = {
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
  /** Absent where the dialog only shows something. */
  readonly does?: {
    readonly label: string;
    readonly run: () => Promise<Refusal | null>;
    readonly ready: boolean;
    readonly danger?: boolean;
  };
  readonly width?: number;
  readonly extra?: ReactNode;
};

export function Frame({ title, children, onClose, does, width = 560, extra }: Props): ReactElement {
  const words = useWords<DeskWord>();
  const [busy, setBusy] = useState(false);
  const [lines, setLines] = useState<readonly string[]>([]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!does?.ready || busy) return;
    setBusy(true);
    setLines([]);
    const refusal = await does.run();
    setBusy(false);
    if (refusal === null) onClose();
    else setLines(refusalLines(refusal, words));
  };
  return (
    <Modal
      open
      title={title}
      width={width}
      footer={null}
      closable={false}
      onCancel={onClose}
      destroyOnHidden
    >
      <form className="dialog" onSubmit={(event) => void submit(event)}>
        {children}
        <div role="alert">
          {lines.map((line) => (
            <p className="problem" key={line}>
              {line}
            </p>
          ))}
        </div>
        <div className="dialog-foot">
          {extra}
          <span className="header-space" />
          <Button size="large" onClick={onClose}>
            {words.t("dialog.back")} (Esc)
          </Button>
          {does && (
            <Button
              size="large"
              type="primary"
              htmlType="submit"
              danger={does.danger ?? false}
              disabled={!does.ready}
              loading={busy}
            >
              {does.label}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  );
}

/** An act from within a dialog: a refusal is shown there and not under it. */
export function useActHere(): (command: Command, signed?: Signed) => Promise<Refusal | null> {
  const { act, refuse } = useDesk();
  return async (command, signed) => {
    const outcome: Outcome = await act(command, signed);
    if (outcome === true || outcome === null) return null;
    refuse(null);
    return outcome;
  };
}
