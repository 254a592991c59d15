/**
 * Keys that call out the district are pressed twice: the first press arms, the second acts. A click
 * needs no second one: nobody hits a button by leaning on it.
 */
import { createContext, useContext } from "react";

export const ArmedContext = createContext<string | null>(null);

export function useArmed(): string | null {
  return useContext(ArmedContext);
}

export const armedForMs = 4000;
