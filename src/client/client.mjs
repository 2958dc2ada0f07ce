import { answerSealed } from './answer-sealed.mjs';
import { connect } from './connect.mjs';
import { openSealed } from './open-sealed.mjs';
import { SealedError } from './sealed-error.mjs';

/** `sluis/client`: what a partner needs at its own end. Needs `jose` and Node 20 or newer, and nothing of the gateway. */
export { answerSealed, connect, openSealed, SealedError };
