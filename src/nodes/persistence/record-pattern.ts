const NAME = '[a-z0-9]([-.a-z0-9]*[a-z0-9])?';
const USER = `\\{"namespace":"${NAME}","name":"${NAME}","uid":"${NAME}","runId":"${NAME}"\\}`;

/**
 * A node's record as `nodeRecordText` writes it, as an extended regular expression for sed: its
 * first groups are ip, prefix, interface, label, preexisting, and the seventh is persist. The
 * address is only roughly one: ip(8) does the rest. A name that JSON would escape is not matched.
 */
export const RECORD_PATTERN = [
  '^\\{"version":1,"ip":"([0-9a-f.:]{2,39})","prefix":(32|128),',
  '"interface":"([^]["\\/:[:space:][:cntrl:]]{1,15})","label":(null|"[^]["\\[:space:][:cntrl:]]{1,15}"),',
  `"preexisting":(true|false),("persist":(true|false),)?"cluster":"${NAME}",`,
  `"services":\\[${USER}(,${USER})*\\]\\}$`,
].join('');
