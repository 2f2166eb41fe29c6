// An order service: success is told to a topic, failure is kept in a bucket for analysis.
import * as pulumi from "@pulumi/pulumi";
import * as functiongraph from "pulumi-functiongraph";

const settings = new pulumi.Config();
const orders = functiongraph.getFunctionOutput({ name: "orders" });

const config = new functiongraph.AsyncNotificationConfig("orders", {
    functionUrn: orders.functionUrn,
    maxAsyncRetryAttempts: settings.getNumber("retries") ?? 2,
    maxAsyncEventAgeInSeconds: 3600,
    onSuccess: {
        destination: "SMN",
        topicUrn: pulumi.interpolate`urn:smn:${orders.region}:${orders.projectId}:orders-done`,
    },
    onFailure: { destination: "OBS", bucket: "orders-failed", prefix: "failures/" },
});

export const functionUrn = config.functionUrn;
export const lastModified = config.lastModified;
