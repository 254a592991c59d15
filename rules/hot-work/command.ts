/** What people and other platforms do with hot work; see ../signal.ts. */
import type {
  Capacity,
  evidenceSources,
  GasTest,
  Party,
  Photo,
  Report,
  Sender,
  Spot,
} from "./permit.ts";

type Of<C extends string> = { readonly command: C; readonly permit: string };

export type PermitCommand =
  | (Of<"cancel-permit"> & { readonly reason: string })
  | (Of<"refuse-permit"> & { readonly reason: string })
  | (Of<"approve-permit"> & { readonly as: Capacity })
  | (Of<"accept-inspection"> & { readonly station: string })
  | (Of<"decline-inspection"> & { readonly station: string })
  | (Of<"sign-inspection"> & {
      readonly party: Party;
      readonly pass: boolean;
      readonly spot: Spot;
      readonly photo: Photo;
    })
  | (Of<"waive-party"> & { readonly party: Party; readonly reason: string })
  | (Of<"check-by-video"> & { readonly pass: boolean; readonly photo: Photo })
  | (Of<"reschedule-permit"> & { readonly startsAt: number; readonly endsAt: number })
  | (Of<"note-gas-test"> & { readonly test: GasTest })
  | (Of<"waive-gas-test"> & { readonly reason: string })
  | (Of<"declare-place"> & { readonly what: "empty" | "dust-cleared"; readonly photo: Photo })
  | (Of<"note-wind"> & { readonly beaufort: number })
  | (Of<"check-in"> & { readonly code: string; readonly spot?: Spot })
  | (Of<"hand-over-watch"> & { readonly from: string; readonly to: string })
  | Of<"start-work">
  | (Of<"stop-work"> & { readonly reason: string })
  | Of<"confirm-stop">
  | Of<"look-at-place">
  | Of<"resume-work">
  | (Of<"extend-permit"> & { readonly endsAt: number })
  | Of<"end-work">
  | (Of<"take-final-photo"> & { readonly photo: Photo });

export type HotWorkCommand =
  | PermitCommand
  | {
      readonly command: "report-hot-work";
      /** A draft that is changed; a new one where it is absent. */
      readonly permit?: string;
      readonly sender?: Sender;
      readonly report: Report;
      readonly submit: boolean;
      /** Chance comes in with the signal: what the QR at the work point will say. */
      readonly checkCode: string;
      /** What the sender's clock says, ms UTC. */
      readonly sentAt?: number;
    }
  | {
      readonly command: "note-hot-work";
      readonly site: string;
      readonly source: (typeof evidenceSources)[number];
      readonly chip?: string;
      readonly zone?: string;
      readonly spot?: Spot;
      /** It is not seen any more, or somebody has been there. */
      readonly over?: true;
    };
