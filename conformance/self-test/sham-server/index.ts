/** The sham server: a small conforming server that takes faults and oddities by name. */
export { type Fault, type FaultName, faults } from "./faults.ts";
export { type NullSubject, type NullSubjectName, nullSubjects } from "./null-subjects.ts";
export { type Oddity, type OddityName, oddities } from "./oddities.ts";
export { type ShamServer, type ShamServerOptions, startShamServer } from "./sham-server.ts";
