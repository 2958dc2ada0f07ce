/** One engine with a set loaded, ready for the questions of a run. */
export interface BenchEngine {
  readonly name: string;
  /** Answers the question at this place: which of its fields are permitted. */
  readonly permitted: (place: number) => readonly string[];
}
