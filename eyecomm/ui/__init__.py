"""Windows and widgets: values in, intentions out; the only place that draws."""
