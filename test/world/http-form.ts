import { connectorForm, type HttpConnector, httpOf } from '../../src/core/partner/connector.ts';

/** A connector over HTTPS, as a partners file says it. */
export function httpForm(written: unknown): HttpConnector {
  const connector = httpOf(connectorForm.parse(written));
  if (connector === null) throw new TypeError('not over HTTPS');
  return connector;
}
