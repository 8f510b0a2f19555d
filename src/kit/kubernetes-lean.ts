import { registerHooks } from 'node:module';

/**
 * The client's configuration (kubeconfig, in-cluster, exec and OIDC logins) brings every model of every API with it: 900 modules, a third of the
 * bot's memory, of which nothing is used here. To be imported before the client: then its configuration gets the two small modules that it
 * really needs. In a client that is laid out otherwise nothing matches, and all of it is loaded.
 */
const OWN = new URL(import.meta.url.endsWith('.ts') ? './kubernetes-base.ts' : './kubernetes-base.js', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './gen/index.js' && context.parentURL?.endsWith('/@kubernetes/client-node/dist/config.js')
      ? { url: OWN, shortCircuit: true }
      : next(specifier, context),
});
