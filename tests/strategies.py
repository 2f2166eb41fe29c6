"""Generated values for property tests."""

from hypothesis import strategies as st

from factories import TOPIC, URN, to_bucket, to_function, to_stream, to_topic

_buckets = st.from_regex(r"[a-z0-9]{3,20}", fullmatch=True)
_names = st.from_regex(r"[a-z]{1,10}", fullmatch=True)
_sent_targets = st.one_of(
    st.builds(
        lambda bucket, prefix, days: to_bucket(bucket=bucket, prefix=prefix, expires=days),
        _buckets,
        st.text(max_size=10),
        st.integers(0, 365),
    ),
    st.builds(lambda name: to_topic(TOPIC + name), _names),
    st.builds(lambda name: to_function(URN.replace("orders", name)), _names),
    st.builds(to_stream, _names),
    st.builds(lambda name, text: {"destination": name, "param": text}, _names, st.text()),
)
_reasons = st.fixed_dictionaries({}, optional={"allowCycle": st.from_regex(r"[a-z]+( [a-z]+)*")})
valid_targets = st.builds(lambda target, why: {**target, **why}, _sent_targets, _reasons)
valid_bags = st.fixed_dictionaries(
    {"functionUrn": st.just(URN)},
    optional={
        "maxAsyncRetryAttempts": st.integers(0, 3),
        "maxAsyncEventAgeInSeconds": st.integers(1, 86_400),
        "onSuccess": valid_targets,
        "onFailure": valid_targets,
        "enableAsyncStatusLog": st.booleans(),
        "adopt": st.booleans(),
    },
)
