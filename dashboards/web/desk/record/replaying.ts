/** Whether what stands around a part is a replay (回放): marks say so, and nothing is asked of the gateway. */
import { createContext, useContext } from "react";

export const ReplayContext = createContext(false);

export function useIsReplay(): boolean {
  return useContext(ReplayContext);
}
