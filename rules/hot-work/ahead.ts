/** So far ahead a calendar reaches; what is planned for later is reported later (invariant I8), ms. */
export const mostAheadMs = 14 * 86_400_000;
