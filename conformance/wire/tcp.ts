/** Opens TCP and TLS connections to the subject. */
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, rootCertificates, type SecureContext } from "node:tls";

/** How the subject is reached: what its deployment asks of a client. */
export interface Access {
  /** Further request headers, such as credentials. Their values never show in a report. */
  headers: readonly (readonly [name: string, value: string])[];
  /** The Origin header, if any. */
  origin?: string;
  /** Certificates (PEM) to trust beside the system's. */
  ca?: string;
  /** Trust any certificate. */
  insecure?: boolean;
}

/** What goes wrong on the kit's side and says nothing of the subject. */
const OWN_LIMITS = ["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"];

/** The subject's address does not accept connections. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** An open connection: the stream to speak on, and the TCP socket below it, which is another where TLS lies between. */
export interface OpenSocket {
  stream: Socket;
  tcp: Socket;
}

/**
 * Opens a connection to the host and port of a URL; `wss:` and `https:` speak TLS.
 *
 * @throws Unreachable when it is refused, the name does not resolve, TLS fails, or nothing answers in time.
 */
export function openSocket(url: URL, access: Access, timeoutMs: number): Promise<OpenSocket> {
  const secure = url.protocol === "wss:" || url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (secure ? 443 : 80);
  return new Promise((resolve, reject) => {
    const tcp = connectTcp({ host, port, noDelay: true });
    const stream = secure
      ? connectTls({
          socket: tcp,
          // Not to connect, but to check the certificate against.
          host,
          ALPNProtocols: ["http/1.1"],
          rejectUnauthorized: !access.insecure,
          ...(isIP(host) === 0 && { servername: host }),
          ...(access.ca !== undefined && { secureContext: trusting(access, access.ca) }),
        })
      : tcp;
    const fail = (reason: string) => {
      clearTimeout(timer);
      tcp.destroy();
      stream.destroy();
      reject(new Unreachable(`${host}:${port} ${reason}`));
    };
    const timer = setTimeout(() => fail(`did not accept a connection within ${timeoutMs} ms`), timeoutMs);
    const onError = (error: NodeJS.ErrnoException) => {
      if (OWN_LIMITS.includes(error.code ?? "")) {
        clearTimeout(timer);
        reject(new Error(`this machine's own limit is reached (${error.code}): raise it, say with ulimit -n`));
      } else fail(describe(error));
    };
    tcp.on("error", onError);
    if (secure) stream.on("error", onError);
    stream.once(secure ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      resolve({ stream, tcp });
    });
  });
}

const contexts = new WeakMap<Access, SecureContext>();

/** To read all certificates takes some 70 ms of the event loop: too long to be done for each connection. */
function trusting(access: Access, ca: string): SecureContext {
  const context = contexts.get(access) ?? createSecureContext({ ca: [...rootCertificates, ca] });
  contexts.set(access, context);
  return context;
}

function describe(error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }): string {
  const code = error.code ?? error.errors?.[0]?.code ?? "";
  if (code === "ECONNREFUSED")
    return "refuses connections: nothing listens there. Is the server running, and is this its address?";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "can't be found: the name does not resolve";
  if (/wrong version number|packet length too long|EPROTO/.test(error.message)) {
    return "does not speak TLS: is it ws: or http:, without the s?";
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    return `has a certificate that is not trusted (${code}): give its authority with --ca FILE, or use --insecure`;
  }
  return `can't be reached: ${error.message.trim() || code}`;
}
