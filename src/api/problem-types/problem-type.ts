import type { Label } from '../../core/category/catalogue.ts';

/** 4xx is the caller's, 5xx is ours or a source's. */
export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 406
  | 408
  | 409
  | 413
  | 415
  | 422
  | 429
  | 431
  | 500
  | 502
  | 503
  | 504;

export interface ProblemType {
  readonly status: ProblemStatus;
  readonly title: Label;
  /** What it means. Constant text: a problem never repeats what was sent. */
  readonly detail: Label;
  /** What the reader can do about it; shown on the page of the problem type. */
  readonly remedy: Label;
}
