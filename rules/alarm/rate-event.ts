/** Events of alarms that come too often: one that chatters, or more than people can take; see ../event.ts. */
export type RateEvent =
  | {
      /** It sets and clears too often: from now on it stands as one, until it has been quiet. */
      readonly type: "chatter-held";
      readonly alarm: string;
      readonly edges: number;
      readonly quietAt: number;
    }
  /** It has not been quiet: looked at again then. */
  | { readonly type: "chatter-goes-on"; readonly alarm: string; readonly quietAt: number }
  | { readonly type: "chatter-ended"; readonly alarm: string }
  | {
      /** More new alarms than a seat can take. `alarm`: the one that says so. */
      readonly type: "flood-began";
      readonly alarm: string;
      /** New alarms within the window, those of this decision included. */
      readonly count: number;
      readonly endsAt: number;
    }
  | { readonly type: "flood-goes-on"; readonly endsAt: number }
  /** `count`: new alarms since it began, and before it within the window. */
  | { readonly type: "flood-ended"; readonly count: number };
