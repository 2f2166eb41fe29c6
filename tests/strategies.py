"""Generated values for property tests."""

from hypothesis import strategies as st

from factories import TOPIC, URN, to_bucket, to_function, to_stream, to_topic

_buckets = st.from_regex(r"[a-z0-9]{3,20}", fullmatch=True)
one_line = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=10)
several_lines = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\t\r\n"), max_size=30
)
_names = st.from_regex(r"[a-z]{1,10}", fullmatch=True)
_sent_targets = st.one_of(
    st.builds(
        lambda bucket, prefix, days: to_bucket(bucket=bucket, prefix=prefix, expires=days),
        _buckets,
        one_line,
        st.integers(0, 365),
    ),
    st.builds(lambda name: to_topic(TOPIC + name), _names),
    st.builds(lambda name: to_function(URN.replace("orders", name)), _names),
    st.builds(to_stream, _names),
    st.builds(lambda name, text: {"destination": name, "param": text}, _names, several_lines),
)
_reasons = st.fixed_dictionaries({}, optional={"allowCycle": several_lines.filter(str.strip)})
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
