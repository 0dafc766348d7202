/** Adapters that drive no client: none of them conforms, and none may make the kit hang. */
import type { Override } from "./steps.ts";

export interface NullAdapter {
  readonly description: string;
  readonly steps: Override;
}

const all = {};

export type NullAdapterName = keyof typeof all;

export const nullAdapters: { readonly [name in NullAdapterName]: NullAdapter } = all;
