import { row, type SignatureSet } from '../signature.ts';

/** Kubernetes and its tools, as they show in a log. */
export const orchestration: SignatureSet = {
  by: 'kubernetes',
  signatures: [
    row(
      'status-only',
      'exceeded its progress deadline',
      /deployment "?(?<deployment>[\w.-]{1,253})"? (?<message>exceeded its progress deadline)/i,
    ),
    row('status-only', 'timed out waiting for the condition', /timed out waiting for the condition(?: on (?<job>[\w./-]{1,253}))?/i),
    row(
      'status-only',
      'is waiting to start',
      /container "(?<container>[^"]{1,253})" in pod "(?<pod>[^"]{1,253})" is waiting to start: (?<reason>\w{1,60})/i,
    ),
    row(
      'status-only',
      ['backofflimitexceeded', 'specified backoff limit'],
      /(?<reason>BackoffLimitExceeded|Job has reached the specified backoff limit)/,
    ),
    row('status-only', 'upgrade failed', /UPGRADE FAILED: (?<reason>.{1,200})/),
    // Docker's daemon, containerd's client, Compose
    row('image-absent', 'failed to pull', /failed to pull (?:and unpack )?image "(?<image>[^"]{1,400})": (?<why>.{1,300})/i),
    row('image-absent', 'manifest for', /manifest for (?<image>[\w./:@-]{1,400}) not found/),
    row('image-absent', 'access denied for', /pull access denied for (?<image>[\w./:@-]{1,400}?),/),
    row('image-absent', 'pull rate limit', /(?<why>reached your (?:unauthenticated )?pull rate limit)/),
    row('image-absent', 'unable to find image', /Unable to find image '(?<image>[^']{1,400})' locally/),
    row('image-absent', 'cannotpullcontainererror', /CannotPullContainerError: (?<why>.{1,300})/),
    row(
      'eviction-blocked',
      'disruption budget',
      /evicting pods?\/?"?(?<pod>[\w.-]{1,253})?"?.{0,120}Cannot evict pod as it would violate the pod's disruption budget/i,
    ),
    row(
      'object-forbidden',
      'is forbidden',
      /(?<object>pods|deployments(?:\.apps)?|jobs(?:\.batch)?|secrets|configmaps|services) "(?<name>[^"]{1,253})" is forbidden: (?<reason>.{1,300})/i,
    ),
    row(
      'object-forbidden',
      'admission webhook',
      /admission webhook "(?<webhook>[^"]{1,253})" denied the request:(?: (?<reason>.{1,300}))?/i,
    ),
    row('node-down', 'kubelet stopped posting', /(?<message>Kubelet stopped posting node status\.?)/i),
    row('node-down', ['node is not ready', 'nodenotready'], /(?<reason>Node is not ready|NodeNotReady)/i),
    row('node-down', 'the node was low on resource', /The node was low on resource: (?<resource>[\w-]{1,60})/i),
    row('object-forbidden', 'exceeded quota', /exceeded quota: (?<quota>[\w.-]{1,253})/i),
  ],
};
