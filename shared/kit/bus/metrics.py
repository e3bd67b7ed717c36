"""What is counted of messages; the labels are closed: groups, topics and outcomes."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)

SAID = Counter("rushes_messages_said", "Messages that Kafka has acknowledged.", ["topic"])
HEARD = Counter(
    "rushes_messages_heard", "Messages dealt with: done (handled or not ours) or dead.", ["group", "outcome"]
)
RETRIES = Counter("rushes_message_retries", "Batches tried again after a transient failure.", ["group"])
HANDLING = Histogram("rushes_message_handling_seconds", "Time to deal with a batch.", ["group"], buckets=SECONDS)
AGE = Histogram("rushes_message_age_seconds", "From saying to handing over.", ["group"], buckets=SECONDS)
STOPPED = Gauge("rushes_consumer_stopped", "1 after too many dead letters in a row.", ["group"])
