import type { Workload } from '../evidence.ts';

/** What the orchestrator itself says about a workload: which rule it is a case of, and the sentence that says so. */
export interface StatusCase {
  rule: string;
  text: string;
  says: Readonly<Record<string, string>>;
  /** The state itself names the cause; without it only an event does. */
  direct: boolean;
}

interface Grammar {
  rule: string;
  /** Reasons of state or event. */
  reasons?: RegExp;
  /** Message of state or event; named groups become facts. */
  message?: RegExp;
  direct?: boolean;
}

/** In the order in which they are asked: what explains another stands first (a node that is gone fails every probe). */
const grammars: readonly Grammar[] = [
  {
    rule: 'node-failure',
    reasons: /^(?:NodeNotReady|NodeLost|NodeStatusUnknown|Evicted|TaintManagerEviction|NodeShutdown|Terminated by node)$/,
    direct: true,
  },
  {
    rule: 'node-failure',
    message:
      /(?:Kubelet stopped posting node status|The node was low on resource: (?<resource>[\w-]{1,60})|(?:Memory|Disk|PID)Pressure True)/,
    direct: true,
  },
  { rule: 'out-of-memory', reasons: /^(?:OOMKilled|OOMKilling)$/, direct: true },
  { rule: 'image-pull', reasons: /^(?:Failed)$/, message: /Failed to pull image "(?<image>[^"]{1,400})": (?<why>.{1,400})/, direct: true },
  {
    rule: 'image-pull',
    message: /(?:Container image|image) "(?<image>[^"]{1,400})" is not present with pull policy of Never/,
    direct: true,
  },
  { rule: 'image-pull', message: /(?:Back-off pulling image|Failed to apply default image tag) "(?<image>[^"]{1,400})"/, direct: true },
  {
    rule: 'image-pull',
    reasons: /^(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable)$/,
    direct: true,
  },
  {
    rule: 'container-cannot-start',
    message: /(?<why>container has runAsNonRoot and image .{1,200}|container's runAsUser breaks non-root policy.{0,200})/,
  },
  {
    rule: 'config-missing',
    message:
      /(?:configmap|ConfigMap) "?(?<configmap>[\w.-]{1,253})"? (?:not found|is forbidden)|configmap references non-existent config key: (?<key>[\w.-]{1,253})/,
    direct: true,
  },
  {
    rule: 'config-missing',
    message: /secret "?(?<secret>[\w.-]{1,253})"? (?:not found|is forbidden)|references non-existent secret key: (?<key>[\w.-]{1,253})/,
    direct: true,
  },
  {
    rule: 'config-missing',
    message: /couldn't find key (?<variable>[\w.-]{1,253}) in (?<object>(?:Secret|ConfigMap) \S{1,300})/,
    direct: true,
  },
  { rule: 'config-missing', reasons: /^CreateContainerConfigError$/ },
  { rule: 'cluster-policy', message: /serviceaccount "(?<serviceaccount>[^"]{1,253})" not found/, direct: true },
  { rule: 'cluster-policy', message: /exceeded quota: (?<quota>[\w.-]{1,253})(?<why>.{0,200})/, direct: true },
  { rule: 'cluster-policy', message: /admission webhook "(?<webhook>[^"]{1,253})" denied the request: (?<why>.{1,300})/, direct: true },
  { rule: 'cluster-policy', message: /violates PodSecurity "(?<policy>[^"]{1,120})"(?<why>.{0,200})/, direct: true },
  { rule: 'cluster-policy', reasons: /^FailedCreate$/, message: /is forbidden: (?<why>.{1,300})/, direct: true },
  { rule: 'cluster-policy', message: /failed calling webhook "(?<webhook>[^"]{1,253})"/, direct: true },
  {
    rule: 'unschedulable',
    reasons: /^(?:FailedScheduling|Unschedulable)$/,
    message: /(?<nodes>\d+\/\d+ nodes are available): (?<why>.{1,300})/,
    direct: true,
  },
  { rule: 'unschedulable', reasons: /^(?:FailedScheduling|Unschedulable)$/ },
  { rule: 'job-timeout', reasons: /^DeadlineExceeded$/, direct: true },
  {
    rule: 'container-cannot-start',
    message:
      /exec: "(?<command>[^"]{1,200})": (?<why>executable file not found in \$PATH|permission denied|(?:stat \S{1,200}: )?no such file or directory)/,
    direct: true,
  },
  {
    rule: 'container-cannot-start',
    message:
      /(?<why>exec format error|no such file or directory: unknown|permission denied: unknown|error mounting .{1,160}|unable to start container process.{0,160})/,
    direct: true,
  },
  {
    rule: 'container-cannot-start',
    reasons:
      /^(?:StartError|ContainerCannotRun|RunContainerError|CreateContainerError|FailedPostStartHook|PostStartHookError|FailedCreatePodSandBox|FailedCreatePodContainer|Init:CreateContainerError)$/,
  },
  {
    rule: 'container-cannot-start',
    reasons: /^(?:FailedAttachVolume|FailedMount)$/,
    message: /(?<why>Multi-Attach error.{1,160}|.{1,200})/,
  },
  {
    rule: 'probe-failing',
    reasons: /^Unhealthy$/,
    // An exec probe may print nothing: then nothing follows the colon.
    message: /(?<probe>(?:Liveness|Readiness|Startup) probe (?:failed|errored))(?:: ?(?<why>.{0,300}))?/,
  },
  { rule: 'probe-failing', reasons: /^Killing$/, message: /failed (?<probe>liveness|startup) probe, will be restarted/ },
];

/** Undefined when its status says that it is well, or only that it fails (BackoffLimitExceeded, CrashLoopBackOff): that is no cause. */
export function statusCase(workload: Workload): StatusCase | undefined {
  if (workload.tone === 'normal') return undefined;
  const said: readonly { reason: string; message: string; state: boolean }[] = [
    ...(workload.reason === undefined && workload.message === undefined
      ? []
      : [{ reason: workload.reason ?? '', message: workload.message ?? '', state: true }]),
    ...(workload.events ?? []).map((event) => ({ reason: event.reason, message: event.message ?? '', state: false })),
  ];
  for (const { rule, reasons, message, direct = false } of grammars) {
    for (const one of said) {
      if (reasons !== undefined && !reasons.test(one.reason)) continue;
      const match = message?.exec(one.message);
      if (message !== undefined && match === null) continue;
      const captured = Object.entries(match?.groups ?? {}).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
      );
      const text = [one.reason, one.message].filter(Boolean).join(': ');
      return {
        rule,
        text: text.slice(0, 400),
        direct,
        says: { ...(one.reason === '' ? {} : { reason: one.reason }), ...Object.fromEntries(captured) },
      };
    }
  }
  return undefined;
}
