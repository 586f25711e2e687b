const NAME = '[a-z0-9][-.a-z0-9]*';
const USER = `\\{"namespace":"${NAME}","name":"${NAME}","uid":"${NAME}","runId":"${NAME}"\\}`;

/**
 * A node's record as `nodeRecordText` writes it, as an extended regular expression for sed: its
 * groups are ip, prefix, interface, label and preexisting, and the last but one is persist. An
 * interface whose name JSON would escape is not matched, nor one with a blank.
 */
export const RECORD_PATTERN = [
  '^\\{"version":1,"ip":"([0-9a-f.:]{2,39})","prefix":(32|128),',
  '"interface":"([^]["\\/:[:space:][:cntrl:]]{1,15})","label":(null|"[^]["\\[:space:][:cntrl:]]{1,15}"),',
  `"preexisting":(true|false),("persist":(true|false),)?"cluster":"${NAME}",`,
  `"services":\\[${USER}(,${USER})*\\]\\}$`,
].join('');
