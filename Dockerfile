# Two stages: one builds the pages and is thrown away, the other runs the gateway from source (node
# strips the types itself). Node is called directly, never through npm, which would leave the gateway
# behind as an orphan when it is told to stop.
FROM node:24.21.0-bookworm-slim AS web
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# With the optional packages: the bundler's native part is one of them.
RUN npm ci
COPY tsconfig.json ./
COPY scripts/web.ts scripts/web.ts
COPY rules rules
COPY gateway/api gateway/api
COPY dashboards dashboards
RUN node scripts/web.ts

FROM node:24.21.0-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY rules rules
COPY gateway gateway
COPY devices devices
COPY scripts/container/secrets.sh scripts/container/secrets.sh
COPY --from=web /app/dashboards/web/dist dashboards/web/dist
# A new volume takes the owner of the folder it is mounted on.
RUN mkdir -p /data /secrets/influxdb /secrets/gateway /secrets/grafana && chown -R node:node /data /secrets
USER node
ENV FIRELINK_DATA=/data \
    FIRELINK_HTTP_HOST=0.0.0.0 \
    FIRELINK_MQTT_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080 1883
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The demo instead: docker compose run --rm --service-ports firelink node --max-semi-space-size=4 --initial-heap-size=160 --no-allocation-site-pretenuring gateway/cli/firelink.ts start --demo
CMD ["node", "--max-semi-space-size=4", "--initial-heap-size=160", "--no-allocation-site-pretenuring", "gateway/cli/firelink.ts", "start"]
