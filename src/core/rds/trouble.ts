import { Blind } from '../blind.ts';
import type { AwsTrouble } from '../kit/rds.ts';

const policy = (actions: readonly string[]) =>
  `Attach this policy to the bot's role: ${JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  })}`;

/** All that the check asks; GetMetricData knows no narrower resource. */
const ACTIONS = ['rds:DescribeDBInstances', 'rds:DescribeDBClusters', 'rds:DescribeEvents', 'cloudwatch:GetMetricData'];

/** AWS's error by its name, with what to paste. */
export function blindBecause(trouble: AwsTrouble, region: string): Blind {
  const { code, action, message } = trouble;
  const look = `aws rds describe-db-instances --region ${region}`;
  if (code === 'CredentialsProviderError')
    return new Blind(
      'RDS: no AWS credentials found',
      'Give the bot a role (IRSA, pod identity, instance profile), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  if (/Expired/.test(code))
    return new Blind(
      'RDS: the AWS credentials have expired',
      `Renew them (aws sso login, or new keys), restart the bot, then try: ${look}`,
    );
  if (
    /UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken/.test(
      code,
    )
  )
    return new Blind(
      `RDS: AWS does not know these credentials (${code})`,
      `Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY anew, then try: ${look}`,
    );
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(code))
    return new Blind(`RDS: the bot's role may not ${action}`, policy(ACTIONS));
  if (/Throttl|RequestLimitExceeded|TooManyRequests|LimitExceeded/.test(code))
    return new Blind(
      `RDS: rate limited by AWS (${action})`,
      'Nothing to do: the next look asks again. If it stays so, see what else asks AWS so often in this account',
    );
  if (/NotFound/.test(code)) return new Blind(`RDS: not found in ${region}`, `Set RDS_INSTANCE and AWS_REGION to what this shows: ${look}`);
  if (code === 'HostDown') return new Blind(`RDS: ${message}`, `See whether AWS answers here: ${look}`);
  if (code === 'UnknownAnswer') return new Blind(`RDS: ${message} (${action})`, `See what answers at AWS_ENDPOINT_URL, or: ${look}`);
  return new Blind(`RDS: AWS refused ${action} (${code})`, `Try it by hand: ${look}`);
}
