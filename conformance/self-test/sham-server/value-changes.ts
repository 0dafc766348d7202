/** Changes of JSON values, for faults that deliver another value than came. */

/** What becomes of a value. */
export type Change = (value: unknown) => unknown;

/** Changes every value inside the whole one, at whatever depth; `undefined` leaves a member out. */
export const everyValue =
  (change: (value: unknown, name: string) => unknown): Change =>
  (whole) =>
    JSON.parse(
      JSON.stringify(whole, (name, inner: unknown) => (name === "" && inner === whole ? inner : change(inner, name))),
    );

export const everyString = (change: (text: string) => string): Change =>
  everyValue((value) => (typeof value === "string" ? change(value) : value));

export const everyNumber = (change: (number: number) => unknown): Change =>
  everyValue((value) => (typeof value === "number" ? change(value) : value));

/** Changes every object inside the whole one, and the whole one itself. */
export const everyObject = (change: (entries: [string, unknown][]) => unknown): Change => {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return change(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk;
};

export const withoutMembers = (test: (name: string, value: unknown) => boolean): Change =>
  everyObject((entries) => Object.fromEntries(entries.filter(([name, value]) => !test(name, value))));

export const membersRenamed = (rename: (name: string) => string): Change =>
  everyObject((entries) => Object.fromEntries(entries.map(([name, value]) => [rename(name), value])));
