"""What pyproject.toml can't say: app.py, pages/ and Streamlit's settings lie in the wheel as distilbert_viz/site."""

from setuptools import find_packages, setup

setup(
    script_name="setup.py",  # which is no module of the package that lies beside it
    packages=[*find_packages(include=["distilbert_viz", "distilbert_viz.*"]), "distilbert_viz.site"],
    package_dir={"distilbert_viz.site": "."},
    package_data={"distilbert_viz": ["**/*"], "distilbert_viz.site": ["pages/**/*.py", ".streamlit/config.toml"]},
    exclude_package_data={"": ["*.pyc"]},
    include_package_data=False,
)
