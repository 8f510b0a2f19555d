import { row, type SignatureSet } from '../signature.ts';

/** Settings that a process needs and does not get, as each framework says it: variables, properties, keys, mounted files. */
export const settings: SignatureSet = {
  by: 'start',
  signatures: [
    row('missing-setting', 'required', /\b(?<variable>[A-Z][A-Z0-9_]{2,80})['"]?: \[ ?['"]Required/),
    row(
      'missing-setting',
      ['invalid environment variable', 'missing environment variable'],
      /(?:Invalid environment variables|Missing environment variables?:?\s*$)/i,
    ),
    row('missing-setting', 'as envvar', /(?<variable>[A-Za-z_][A-Za-z0-9_]{1,80}) not found\. Declare it as envvar/),
    row(
      'bad-setting',
      ['binding to target', 'failed to bind properties'],
      /(?:Binding to target .{1,300} failed|Failed to bind properties under '(?<name>[\w.[\]-]{1,120})')/,
    ),
    row(
      'missing-setting',
      'environment variable',
      /(?:missing|undefined|required|unset)[\w ]{0,30} (?:environment|env) variables?:? [`'"]?(?<variable>[A-Za-z_][A-Za-z0-9_.]{1,80})/i,
    ),
    row(
      'missing-setting',
      'environment variable',
      /(?:environment|env) variable:? [`'"]?(?<variable>[A-Z][A-Z0-9_]{1,80})[`'"]?,? (?:is |was |has |must )?(?:not |never |been |be )*(?:set|found|missing|defined|provided|required|empty|undefined)/i,
    ),
    row(
      'missing-setting',
      'environment variable',
      /(?:could not fetch|set the|please set|provide the|no) (?:environment|env) variable [`'"]?(?<variable>[A-Z][A-Z0-9_]{1,80})/i,
    ),
    row('missing-setting', 'environment variable', /Set the (?<variable>[A-Z][A-Z0-9_]{1,80}) environment variable/i),
    row(
      'missing-setting',
      'environment variable',
      /(?<variable>[A-Z][A-Z0-9_]{1,80}) (?:environment|env) variable (?:is |was )?(?:not set|missing|required|must be set|undefined)/i,
    ),
    row('missing-setting', 'environment variable not found', /Environment variable not found: (?<variable>[A-Za-z_][A-Za-z0-9_]{1,80})/i, {
      code: 'P1012',
    }),
    row('missing-setting', 'required key', /required key (?<variable>[A-Z][A-Z0-9_]{1,80}) missing value/i),
    row('missing-setting', 'env var', /(?:missing|required)[\w ]{0,20} env(?:ironment)? vars?:? [`'"]?(?<variable>[A-Z][A-Z0-9_]{1,80})/i),
    row(
      'missing-setting',
      'must be set',
      /\b(?<variable>[A-Z][A-Z0-9]*_[A-Z0-9_]{1,80}) (?:must be set|is required|is not set(?! to )|is not defined|not set(?! to )|is missing|must not be empty|cannot be empty)\b/,
    ),
    row(
      'missing-setting',
      'is not set',
      /\b[`'"]?(?<variable>[A-Z][A-Z0-9]*_[A-Z0-9_]{1,80})[`'"]? (?:is |was )?(?:not set(?! to )|unset|undefined)\b/,
    ),
    row('missing-setting', 'is required', /[`'"]?(?<variable>[A-Z][A-Z0-9]*_[A-Z0-9_]{1,80})[`'"]?:? is required\b/),
    row(
      'missing-setting',
      'parameter not set',
      /(?<variable>[A-Za-z_][A-Za-z0-9_]{1,80}): (?:parameter (?:null or )?not set|unbound variable)/,
    ),
    row('missing-setting', 'unbound variable', /(?<variable>[A-Za-z_][A-Za-z0-9_]{1,80}): unbound variable/),
    row('missing-setting', 'key not found', /KeyError[^"]{0,20}key not found: "(?<variable>[A-Z][A-Z0-9_]{1,80})"/),
    row('missing-setting', 'key not found', /key not found: "(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)" \(KeyError\)/),
    row(
      'missing-setting',
      ['sh: ', 'entrypoint: '],
      /^[\w./-]{0,120}(?:sh|entrypoint): (?:line )?\d{1,6}: (?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): (?!not found|command not found|[Pp]ermission denied|No such file)/,
    ),
    row('missing-setting', '::env(', /"::env\((?<variable>[A-Za-z_]\w{1,80})\)"/),
    row('missing-setting', 'failed to load environment files', /Failed to load environment files: (?<reason>.{1,120})/),
    row('bad-setting', 'error parsing url', /Error parsing url: undefined$/),
    row('missing-setting', 'keyerror', /^KeyError: '(?<variable>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/),
    row(
      'missing-setting',
      'could not resolve placeholder',
      /Could not resolve placeholder '(?<variable>[^':]{1,120})' in (?:value|string value)/i,
    ),
    row(
      'missing-setting',
      'missing encryption key',
      /Missing encryption key to decrypt file with.{0,200}ENV\['(?<variable>[A-Z_]{3,60})'\]/i,
    ),
    row(
      'missing-setting',
      ["env['", 'env["'],
      /\b(?:set|export|provide|define|configure|missing|requires?)\b.{0,160}?\bENV\[['"](?<variable>[A-Za-z_][A-Za-z0-9_]{1,80})['"]\]/i,
    ),
    row('missing-setting', 'secret_key_base', /Missing [`']?(?<variable>secret_key_base)[`']? for/i),
    row('missing-setting', 'secret_key', /The (?<variable>[A-Z_]{3,60}) setting must not be empty/),
    row(
      'missing-setting',
      'improperlyconfigured',
      /ImproperlyConfigured: (?:Requested setting (?<variable>\w{1,80}),|(?:Set|Missing|The) (?:the )?(?<name>[A-Z][A-Z0-9_]{2,80})\b)/,
    ),
    row('missing-setting', 'no application encryption key', /No application encryption key has been specified/i, { variable: 'APP_KEY' }),
    row(
      'missing-setting',
      ['validation error for', 'validation errors for'],
      /validation errors? for \w{0,40}(?:Settings|Config)\w{0,20}\b/i,
    ),
    row(
      'missing-setting',
      'could not find a',
      /Could not find (?:a )?(?:config(?:uration)? file|dotenv file|credentials) ?:?(?<file>.{0,120})/i,
    ),
    row(
      'missing-setting',
      'failed to configure a datasource',
      /Failed to configure a DataSource: '(?<variable>url)' attribute is not specified/i,
    ),
    row(
      'missing-setting',
      'credentials',
      /(?:Unable to load credentials from any of the providers|Could not load credentials from any providers|NoCredentialsError|Unable to locate credentials|MissingCredentialsError)/,
    ),
    row(
      'missing-setting',
      'config file',
      /(?:open|stat|read(?:ing)?|load(?:ing)?) (?:config(?:uration)? file )?"?(?<file>\/?[\w./-]{1,200}\.(?:ya?ml|toml|json|ini|env|conf|properties))"?: no such file or directory/i,
    ),
    row(
      'missing-setting',
      'connection string',
      /connection string:? ['"](?<variable>[\w:.-]{1,120})['"] (?:was |could )?not (?:be )?(?:found|set|configured)/i,
    ),
    row(
      'missing-setting',
      'connectionstring',
      /ConnectionString property has not been initialized|\(Parameter '(?<variable>connectionString)'\)/,
    ),
    row(
      'missing-setting',
      'config property',
      /(?:config(?:uration)? property|Required (?:property|parameter|setting)) '?(?<variable>[\w.-]{2,120})'? is (?:required|missing|not set)/i,
    ),
    row(
      'missing-setting',
      ['missing', 'required'],
      /(?:missing|required) (?:config(?:uration)?|setting|option|property|secret)(?: (?:key|value|option|property))?:? ['"`]?(?<name>[A-Za-z][\w-]{0,60}[._-][\w.-]{1,80})['"`]?(?= |$|[,.;)\]])/i,
    ),
    row(
      'missing-setting',
      ['no such file or directory', 'nosuchfileexception', 'failed to open stream'],
      /['"(]?(?<file>\/(?:run\/secrets|var\/run\/secrets|vault\/secrets|etc|secrets?|config|mnt\/secrets[\w-]{0,40})\/[\w./-]{1,200})['")]?(?: \(|: | )?.{0,40}no such file or directory/i,
    ),
    row(
      'missing-setting',
      ['no such file or directory', 'nosuchfileexception'],
      /(?:no such file or directory|NoSuchFileException).{0,30}? ['"]?(?<file>\/(?:run\/secrets|var\/run\/secrets|vault\/secrets|etc|secrets?|config|mnt\/secrets[\w-]{0,40})\/[\w./-]{1,200})/i,
    ),
    row('missing-setting', 'config file', /Config File "(?<file>[^"]{1,80})" Not Found/i),
    row(
      'missing-setting',
      'optionsvalidationexception',
      /OptionsValidationException: .{0,160}?(?:members?: '(?<name>\w{1,80})'|: (?<reason>.{1,160}))/,
    ),
    row('missing-setting', 'does not exist', /Configuration key "(?<variable>[\w.:-]{1,120})" does not exist/),
    // Servers that check their own file: HAProxy, Apache, PostgreSQL, MySQL, Redis, OpenSSH, Caddy
    row('bad-setting', '[alert]', /^\[ALERT\].{0,60}?config(?:uration)? : (?<reason>.{1,200})/),
    row('bad-setting', 'syntax error on line', /Syntax error on line (?<line>\d{1,6}) of (?<file>\/\S{1,200}?):/),
    row(
      'bad-setting',
      'unrecognized configuration parameter',
      /unrecognized configuration parameter "(?<name>[\w.]{1,80})"(?: in file "(?<file>[^"]{1,200})")?/,
    ),
    row('bad-setting', 'unknown variable', /unknown variable '(?<name>[\w-]{1,80})(?:=[^']{0,120})?'/),
    row('bad-setting', 'bad directive or wrong number', /Bad directive or wrong number of arguments/),
    row('bad-setting', 'bad configuration option', /(?<file>\/\S{1,200}): line \d{1,6}: Bad configuration option: (?<name>\w{1,80})/),
    row('bad-setting', 'adapting config using', /adapting config using \w{1,40}: (?<reason>.{1,200})/),
    row('bad-setting', 'invalidmessage', /(?<exception>ActiveSupport::Message(?:Encryptor::InvalidMessage|Verifier::InvalidSignature))/),
    row('bad-setting', 'key must be', /key must be (?<value>\d+ bytes)/i),
    row('bad-setting', 'unsupported cipher or incorrect key length', /Unsupported cipher or incorrect key length/i, {
      variable: 'APP_KEY',
    }),
    row('bad-setting', 'invalid url', /(?<exception>TypeError: Invalid URL|URI::InvalidURIError)/),
    row(
      'bad-setting',
      ['invalid port', 'port should be', 'missing port'],
      /(?:invalid port number|Invalid port|port should be|dial tcp: address .{1,100}: missing port)/i,
    ),
    row('bad-setting', 'provided database string is invalid', /The provided database string is invalid\.(?<reason>.{0,160})/i, {
      code: 'P1013',
    }),
    row(
      'bad-setting',
      '[emerg]',
      /\[emerg\].{0,40}?: (?<reason>(?:unknown directive|directive|invalid|unexpected|cannot load certificate) .{1,200}?) in (?<file>\/\S{1,200})/,
    ),
  ],
};
