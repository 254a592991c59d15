/** What this person may do with a permit as it stands: each act opens its dialog. */
import type { ReactElement } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { useDesk } from "../acts.ts";
import { type DeskPermitAct, mayAtDesk } from "./may.ts";
import { Part } from "./records.tsx";
import { usePermitWords } from "./words.ts";

export function Acts({ permit }: { readonly permit: PermitView }): ReactElement {
  const { t, of } = usePermitWords();
  const { open, session } = useDesk();
  const acts = mayAtDesk(permit, session.person.role);
  const danger: readonly DeskPermitAct[] = ["stop-work", "cancel-permit", "refuse-permit"];
  return (
    <Part title={t("permit.acts")} name="acts">
      {acts.length === 0 && <p className="muted">{t("permit.acts-none")}</p>}
      <div className="permit-acts">
        {acts.map((act) => (
          <button
            key={act}
            type="button"
            className={danger.includes(act) ? "button danger" : "button"}
            data-act={act}
            onClick={() => open({ kind: "permit-act", permit, act })}
          >
            {of("act", act)}
          </button>
        ))}
      </div>
    </Part>
  );
}
