/** What the client's configuration takes from its generated half. See `kubernetes-lean.ts`. */
export { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js';
export { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js';
