import { accessLog } from '../api/access-log.ts';
import type { Config } from '../config.ts';
import { endWithParent, reportReady } from '../processes/end-with-parent.ts';
import { endOnFault } from './end-on-fault.ts';

interface Running {
  readonly partnerUrl: string;
  readonly publicUrl: string;
  readonly proxyUrl: string | null;
  readonly metricsUrl: string | null;
  close(): Promise<void>;
}

/** `sluis serve`: runs a gateway until it is told to stop, or until the process that started it is gone. */
export async function serve(start: (config: Config) => Promise<Running>, config: Config): Promise<void> {
  let gateway: Running | null = null;
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> => {
    ending ??= gateway?.close() ?? Promise.resolve();
    return ending;
  };
  endOnFault(accessLog(undefined, config.logLevel));
  endWithParent(end);
  gateway = await start(config);
  // Before anybody hears that it serves: whoever does may end it at once.
  if (process.channel === undefined) endOnSignals(end);
  const { partnerUrl, publicUrl, proxyUrl, metricsUrl } = gateway;
  reportReady({ partnerUrl, publicUrl, proxyUrl, metricsUrl });
  process.stderr.write(`sluis: partners on ${partnerUrl}, people on ${publicUrl} (Node ${process.version})\n`);
}

function endOnSignals(end: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      end().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
