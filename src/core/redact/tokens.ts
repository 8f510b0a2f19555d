import { type Hide, hide, MARK } from './mark.ts';

/** Secrets that are known by their own shape, whatever stands around them. */
export const tokens: readonly Hide[] = [
  hide(/xox[a-z](?:\.xox[a-z])?-[\w-]{6}[\w-]*/gi),
  hide(/xapp-\d-[\w-]{6}[\w-]*/g),
  hide(/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{6}[\w/-]*/g, (_, head = '') => head + MARK),
  hide(/gh[opsur]_[A-Za-z0-9]{16}[A-Za-z0-9]*/g),
  hide(/github_pat_\w{16}\w*/g),
  hide(/gl(?:pat|dt|rt|soat|cbt|ptt)-[\w-]{16}[\w-]*/g),
  hide(/(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12}[A-Z0-9]*/g),
  hide(/eyJ[\w-]{6,8192}\.[\w-]{4}[\w-]*(?:\.[\w-]*){0,3}/g),
  hide(/(?<![A-Za-z0-9])[rsp]k_(?:live|test)_\w{6}\w*/g),
  hide(/whsec_[A-Za-z0-9+/=]{8}[A-Za-z0-9+/=]*/g),
  hide(/(?<![A-Za-z0-9-])sk-[\w-]{20}[\w-]*/g),
  hide(/(?<!\w)SG\.[\w-]{16,64}\.[\w-]{16,64}/g),
  hide(/AIza[\w-]{30,64}/g),
  hide(/ya29\.[\w-]{16}[\w-]*/g),
  hide(/sntry[su]_[\w+/=-]{16}[\w+/=-]*/g),
  hide(/(?<!\w)(?:shp(?:at|ss|ca|pa)|do[opr]_v1|lin_api|npm|pypi-AgE|hvs|NRAK|rubygems|figd|dckr_pat)[_.-]\w[\w-]{15}[\w-]*/g),
  hide(/(?<!\w)SK[0-9a-f]{32}(?!\w)/g),
  hide(/[A-Za-z0-9+/]{40,4096}={0,2}/g, (run) => (random(run) ? MARK : run)),
];

/** A run of base64 that no word, path, sha or digest is (AWS secrets, lines of a key): kinds of characters change far more often than in CamelCase. */
function random(run: string): boolean {
  if (!/\d/.test(run) || count(run, /[A-Z]/g) < 4 || count(run, /[a-z]/g) < 4) return false;
  const changes = count(run, /[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[A-Za-z])/g);
  return changes / run.length > (run.includes('/') ? 0.19 : 0.25);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
