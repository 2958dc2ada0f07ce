import type { AnswerSealed, Connect, OpenSealed } from './client-types.d.mts';

export type * from './client-types.d.mts';

export declare const answerSealed: AnswerSealed;
export declare const openSealed: OpenSealed;
export declare const connect: Connect;
export { SealedError } from './client-types.d.mts';
