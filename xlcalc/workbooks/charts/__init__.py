"""What charts share, whoever draws them: series, labels, positions.

Groups of designs, colours, markers, places of labels and ranges of axes are found here once, for
the figures of `runs`, the charts of templates and the chart of results. Nothing is drawn here.
"""
