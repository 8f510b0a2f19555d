import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { isRecord } from '../core/is-record.ts';

/**
 * When the credential of a kubeconfig's user ends: the client certificate's `notAfter`, or `exp` of a token that is a JWT. Undefined for what renews
 * itself (a helper program, the service account's token file) and for what does not say.
 */
export function credentialExpiry(user: Pick<User, 'certData' | 'certFile' | 'token'> | null): string | undefined {
  try {
    if (user?.token) return tokenExpiry(user.token);
    const pem = user?.certData ? Buffer.from(user.certData, 'base64') : user?.certFile ? readFileSync(user.certFile) : undefined;
    return pem && new Date(new X509Certificate(pem).validTo).toISOString();
  } catch {
    // Unreadable: the first call says so in its own words.
    return undefined;
  }
}

/** https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 */
function tokenExpiry(token: string): string | undefined {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return isRecord(claims) && typeof claims.exp === 'number' ? new Date(claims.exp * 1000).toISOString() : undefined;
}
