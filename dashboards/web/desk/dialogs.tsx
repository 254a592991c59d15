/** The dialogs of the desk, in the chunk that brings Ant Design: loaded while nobody waits for it. */
import { ConfigProvider, theme } from "antd";
import type { ReactElement } from "react";
import type { Dialog } from "./acts.ts";
import { AnswerDialog } from "./called/answer-dialog.tsx";
import { CallOutDialog } from "./called/called-out.tsx";
import { DevicesDialog } from "./device/devices-dialog.tsx";
import { FalseAlarmDialog, TestDialog } from "./false-alarm-dialog.tsx";
import { FiguresDialog } from "./figures/figures-dialog.tsx";
import { ReassignDialog } from "./force/reassign-dialog.tsx";
import { StationsDialog } from "./force/stations-dialog.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { PermitActDialog } from "./hot-work/act-dialog.tsx";
import { Call119Dialog, NotPossibleDialog } from "./incident/call-119.tsx";
import { EverybodyDialog, OrderDialog } from "./order-dialog.tsx";
import { PersonDialog, PinDialog } from "./person-dialog.tsx";
import { RadioDialog, RecallDialog } from "./reply-dialog.tsx";
import { ReportDialog } from "./report/report-dialog.tsx";
import { RoadsDialog } from "./roads/roads-dialog.tsx";
import { CodeDialog } from "./shelf/code-dialog.tsx";
import { HeldDialog } from "./shelf/held-dialog.tsx";
import { ShelveDialog } from "./shelf/shelf-dialog.tsx";
import { TakeOutDialog } from "./shelf/take-out-dialog.tsx";
import { TestsDialog } from "./tests/tests-dialog.tsx";
import { CompletenessDialog } from "./trends/completeness-dialog.tsx";
import { useDark } from "./use-theme.ts";

type Props = {
  readonly dialog: Dialog | null;
  readonly onClose: () => void;
  readonly onSignOut: () => Promise<void>;
};

export function Dialogs({ dialog, onClose, onSignOut }: Props): ReactElement {
  const dark = useDark();
  const token = {
    colorPrimary: dark ? "#9cc4ee" : "#1f4e79",
    colorText: dark ? "#e8ecef" : "#1b2127",
    colorBgElevated: dark ? "#262d34" : "#ffffff",
    fontFamily: "inherit",
    fontSize: 16,
    borderRadius: 6,
    // A dialog that flies in costs the time of somebody who has none.
    motion: false,
  };
  const algorithm = dark ? theme.darkAlgorithm : theme.defaultAlgorithm;
  return (
    // Labels stand as the table has them: no space between two characters.
    <ConfigProvider theme={{ algorithm, token }} button={{ autoInsertSpace: false }}>
      {dialog && <DialogBody dialog={dialog} onClose={onClose} onSignOut={onSignOut} />}
    </ConfigProvider>
  );
}

function DialogBody({
  dialog,
  onClose,
  onSignOut,
}: Props & { readonly dialog: Dialog }): ReactElement {
  switch (dialog.kind) {
    case "help":
      return <HelpDialog onClose={onClose} />;
    case "permit-act":
      return <PermitActDialog permit={dialog.permit} act={dialog.act} onClose={onClose} />;
    case "shelved":
      return <HeldDialog onClose={onClose} />;
    case "shelve":
      return <ShelveDialog alarm={dialog.alarm} onClose={onClose} />;
    case "code":
      return <CodeDialog alarm={dialog.alarm} onClose={onClose} />;
    case "take-out":
      return <TakeOutDialog alarm={dialog.alarm} device={dialog.device} onClose={onClose} />;
    case "tests":
      return <TestsDialog onClose={onClose} />;
    case "figures":
      return <FiguresDialog onClose={onClose} />;
    case "report":
      return <ReportDialog onClose={onClose} />;
    case "completeness":
      return <CompletenessDialog onClose={onClose} />;
    case "roads":
      return <RoadsDialog onClose={onClose} />;
    case "stations":
      return <StationsDialog onClose={onClose} />;
    case "reassign":
      return <ReassignDialog card={dialog.card} orders={dialog.orders} onClose={onClose} />;
    case "devices":
      return <DevicesDialog onClose={onClose} />;
    case "person":
      return <PersonDialog onClose={onClose} onSignOut={onSignOut} />;
    case "pin":
      return <PinDialog command={dialog.command} signed={dialog.signed} onClose={onClose} />;
    case "false":
      return <FalseAlarmDialog card={dialog.card} onClose={onClose} />;
    case "call-119":
      return <Call119Dialog card={dialog.card} onClose={onClose} />;
    case "not-possible":
      return <NotPossibleDialog card={dialog.card} row={dialog.row} onClose={onClose} />;
    case "test":
      return <TestDialog card={dialog.card} onClose={onClose} />;
    case "order":
      return <OrderDialog card={dialog.card} onClose={onClose} />;
    case "everybody":
      return <EverybodyDialog card={dialog.card} onClose={onClose} />;
    case "call-out":
      return <CallOutDialog card={dialog.card} onClose={onClose} />;
    case "call-answer":
      return <AnswerDialog card={dialog.card} onClose={onClose} />;
    case "recall":
      return <RecallDialog orders={dialog.orders} onClose={onClose} />;
    case "radio":
      return <RadioDialog orders={dialog.orders} onClose={onClose} />;
    default:
      return dialog satisfies never;
  }
}
