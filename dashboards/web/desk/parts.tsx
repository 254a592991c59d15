/** Small parts that stand everywhere at the desk: buttons with their key, times that run. */
import type { ReactElement, ReactNode } from "react";
import { formatLasting } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { type Command, useDesk } from "./acts.ts";
import { type DeskAction, shownKey } from "./keys.ts";
import { useIsReplay } from "./record/replaying.ts";
import { useMinutesSince, useNow } from "./use-now.ts";
import type { DeskWord } from "./words/zh.ts";

export function Lasting({ since }: { readonly since: number }): ReactElement {
  const { t } = useWords<DeskWord>();
  return (
    <span className="lasting">{t("card.lasting", { for: formatLasting(useNow() - since) })}</span>
  );
}

/** What happens by itself when this time is over. */
export function FirstAlarmIn({ at }: { readonly at: number }): ReactElement {
  const { t } = useWords<DeskWord>();
  return <strong>{t("verify.first-alarm-in", { for: formatLasting(at - useNow()) })}</strong>;
}

/** For lists: a page on which a hundred figures run shows nothing. */
export function LastingMinutes({ since }: { readonly since: number }): ReactElement {
  const { t } = useWords<DeskWord>();
  const minutes = useMinutesSince(since);
  return <span>{t("card.lasting-minutes", { count: minutes < 1 ? "<1" : minutes })}</span>;
}

export function KeyCap({ does }: { readonly does: DeskAction }): ReactElement | null {
  const key = shownKey(does);
  return key === "" ? null : (
    <span className="key" aria-hidden="true">
      {key}
    </span>
  );
}

type ActButtonProps = {
  readonly command: Command;
  readonly children: ReactNode;
  readonly does?: DeskAction;
  /** `armed`: its key was pressed once and waits for the second time. */
  readonly look?: "primary" | "danger" | "plain" | "armed";
  readonly disabled?: boolean;
  readonly pressed?: boolean;
};

/** A button that acts; while its act is under way it says so and takes no second press. */
export function ActButton(props: ActButtonProps): ReactElement {
  const { act, isPending } = useDesk();
  const { t } = useWords<DeskWord>();
  const { command, does, look = "plain", disabled = false, pressed } = props;
  const pending = isPending(command);
  return (
    <button
      type="button"
      className={`button ${look}${pending ? " pending" : ""}`}
      disabled={disabled || pending}
      aria-busy={pending}
      aria-pressed={pressed}
      data-does={does}
      title={pending ? t("act.pending") : undefined}
      onClick={() => void act(command)}
    >
      {props.children}
      {pending ? <span className="spinner" aria-hidden="true" /> : does && <KeyCap does={does} />}
    </button>
  );
}

type OpenButtonProps = {
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly does?: DeskAction;
  readonly look?: "primary" | "danger" | "plain";
  readonly disabled?: boolean;
};

/** A button that opens something. */
export function OpenButton(props: OpenButtonProps): ReactElement {
  const { does, look = "plain", disabled = false } = props;
  return (
    <button
      type="button"
      className={`button ${look}`}
      disabled={disabled}
      data-does={does}
      onClick={props.onClick}
    >
      {props.children}
      {does && <KeyCap does={does} />}
    </button>
  );
}

/** 演示, and 回放: wherever something stands that is not what goes on here now. */
export function DemoMark(): ReactElement {
  const { t } = useWords<DeskWord>();
  const demonstration = useLiveValue((live) => live.district?.demonstration ?? false);
  const isReplay = useIsReplay();
  return (
    <>
      {isReplay && <span className="replay-mark">{t("mark.replay")}</span>}
      {demonstration && <span className="demo-mark">{t("demo")}</span>}
    </>
  );
}
