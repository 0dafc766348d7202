/**
 * nginx with nchan, of Debian's libnginx-mod-nchan: streams and WebSocket at `GET /subscribe`, messages at `POST /publish`.
 * All its files are in a folder of its own. Its argument is the port.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "nchan-"));
// Started by root, nginx works as somebody else.
chmodSync(folder, 0o755);
const file = join(folder, "nginx.conf");
writeFileSync(
  file,
  `
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
worker_processes 1;
worker_rlimit_nofile 65536;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 32768; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  # The default of 1000 requests would cut the publisher's connection.
  keepalive_requests 1000000000;
  client_body_buffer_size 256k;
  nchan_shared_memory_size 256M;
  # A burst that is longer than the buffer loses messages.
  nchan_message_buffer_length 10000;
  nchan_message_timeout 10s;
  server {
    listen 127.0.0.1:${Number(process.argv[2])} backlog=4096;
    location = /publish {
      nchan_publisher http;
      nchan_channel_id everybody;
    }
    location = /subscribe {
      nchan_subscriber websocket eventsource;
      nchan_channel_id everybody;
      nchan_subscriber_first_message newest;
    }
  }
}
`,
);

// -e: where it writes errors until it has read the configuration.
const nginx = spawn("/usr/sbin/nginx", ["-e", "stderr", "-c", file], { stdio: "inherit" });
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => nginx.kill(signal));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
nginx.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
nginx.on("exit", (status) => process.exit(status ?? 0));
