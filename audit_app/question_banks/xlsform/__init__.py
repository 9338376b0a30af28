"""Question banks as Excel workbooks in the convention of XLSForm, both ways."""
