/**
 * A text without what may be a secret in it: user and password of addresses. The configuration refuses them, and the
 * message that says so must not repeat them.
 */
export function redact(text: string): string {
  return text.replace(/(:\/\/)[^\s"']*@/g, '$1*****@');
}
