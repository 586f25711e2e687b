/**
 * A validating admission webhook that refuses whatever it is asked, with a status of your choice:
 * `node webhook.ts PORT KEY CERTIFICATE CODE`. Throttling comes with a Retry-After of a second.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { json } from 'node:stream/consumers';

const [port, key = '', certificate = '', status] = process.argv.slice(2);
const code = Number(status);

createServer(
  { key: readFileSync(key), cert: readFileSync(certificate) },
  async (request, response) => {
    const { request: asked } = (await json(request)) as { request: { uid: string } };
    response.end(
      JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: {
          uid: asked.uid,
          allowed: false,
          status: {
            code,
            message: 'ask the network team first',
            ...(code === 429 && { details: { retryAfterSeconds: 1 } }),
          },
        },
      }),
    );
  },
).listen(Number(port));
